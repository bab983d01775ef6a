// The cards of advice without labels: verdict first, then reasons, code, numbers, what was seen.
import { card } from "../../page/card.ts";
import { element } from "../../page/dom.ts";
import { factList } from "../../page/fact_list.ts";
import { formatNumber, formatTrimmed } from "../../page/number_format.ts";
import { plainWords } from "../../page/plain_words.ts";
import { table } from "../../page/table.ts";
import { kLongestQuery } from "../../problem/url_state.ts";
import type { UnlabelledAdvice } from "../../server/answers.ts";
import { recommendationLink } from "../../server/api_client.ts";
import type { RequestBody } from "../../server/request_body.ts";
import { toNumber, type WireNumber } from "../../server/wire_number.ts";
import { assumedCards } from "../assumed.ts";
import { figure } from "../figure.ts";
import { snippetList } from "../snippets.ts";
import { numericsTable } from "../tables.ts";
import { problemWords, unlabelledSentence } from "./unlabelled_words.ts";

function shown(value: WireNumber | null | undefined): string {
  return formatNumber(toNumber(value));
}

export function unlabelledVerdict(answer: UnlabelledAdvice): Node[] {
  const warned = answer.warnings.length > 0;
  const items = answer.warnings.map((warning) => {
    const item = element("li", plainWords(warning.message));
    item.dataset.code = warning.code;
    return item;
  });
  return [
    element("p.badge", element(`span.dot.${warned ? "caution" : "good"}`), `No labels · ${answer.temperature_band.evidence} evidence`),
    element("h2.sentence", unlabelledSentence(answer)),
    element(
      "dl.figures.unlabelled",
      figure("Temperature", formatTrimmed(toNumber(answer.temperature)), "similarities are divided by it"),
      figure("Least loss", shown(answer.loss_value), answer.exact ? "images on a simplex" : "images spread evenly; estimated"),
      figure("Negatives that push", shown(answer.effective_negatives), `of ${formatTrimmed(toNumber(answer.negatives), 6)}; look-alikes push hardest`),
    ),
    element("p.setting", problemWords(answer)),
    ...(warned ? [element("ul.warnings", ...items)] : []),
  ];
}

export function unlabelledDetails(answer: UnlabelledAdvice, request: RequestBody): Node[] {
  const cards: Node[] = [
    card("Why", null, element("ul.reasons", ...answer.why.map((text) => element("li", plainWords(text))))),
    card("What to type", "The same loss in each library", snippetList(answer.what_to_type, false)),
    card("Other temperatures", "What the loss reads of random embeddings and at least; how many negatives push; how many times as hard a look-alike is pushed", temperatures(answer)),
    card("What was seen", "Accuracy of a linear classifier on labels that training did not see", experiments(answer)),
    ...assumedCards(answer.assumed),
    card("Numbers", null, element("div.fact-groups", ...factGroups(answer).map(factList)), ...jsonLink(request)),
  ];
  if (answer.numerics.length > 0) {
    const aside = "Below these the library's own arithmetic overflows or underflows";
    cards.push(card("Lowest safe temperatures", aside, numericsTable(answer.numerics, toNumber(answer.temperature))));
  }
  return cards;
}

function temperatures(answer: UnlabelledAdvice): HTMLElement {
  return table(
    ["Temperature", "Random", "Least loss", "That push", "Look-alike"],
    answer.temperatures.map((row) => [
      formatTrimmed(toNumber(row.temperature)),
      shown(row.loss_ladder.initialisation),
      shown(row.loss_value),
      shown(row.effective_negatives),
      shown(row.look_alike_push),
    ]),
  );
}

function experiments(answer: UnlabelledAdvice): HTMLElement {
  const lines = answer.temperature_band.experiments.map((row) => {
    const seen = row.findings.map((each) => `${formatTrimmed(toNumber(each.accuracy), 4)} % at ${formatTrimmed(toNumber(each.temperature))}`);
    return element("li", `${row.data}: ${seen.join(", ")}. `, element("span.note", `${row.source} (${row.evidence}).`));
  });
  return element("ul.reasons", ...lines);
}

function factGroups(answer: UnlabelledAdvice): Parameters<typeof factList>[0][] {
  const ladder = answer.loss_ladder;
  return [
    {
      title: "What the loss reads",
      facts: [
        { name: "All embeddings at one point", value: shown(ladder.all_equal) },
        { name: "Random embeddings", value: shown(ladder.initialisation), note: "where training often starts" },
        { name: "The optimum", value: shown(ladder.optimum), note: "it cannot stay below" },
        { name: "By the logarithm of the temperature", value: shown(answer.sensitivity.loss_per_log_temperature), note: "how the optimum moves" },
      ],
    },
    {
      title: "At the optimum",
      facts: [
        { name: "Uniformity", value: shown(answer.uniformity), note: "Wang and Isola's, the same at every temperature" },
        { name: "Push on a look-alike", value: `${shown(answer.look_alike_push)} times`, note: "an average negative's, at cosine 0.5" },
      ],
    },
  ];
}

function jsonLink(request: RequestBody): Node[] {
  const address = recommendationLink(request);
  if (address.length > kLongestQuery) return [];
  const link = element("a", "This answer as JSON");
  link.href = address;
  return [element("p.json-link", link)];
}
