// Questions that the form does not ask, about the same problem: a temperature that moves, labels on several levels.
import { card } from "../../page/card.ts";
import { element, withAttributes } from "../../page/dom.ts";
import { field } from "../../page/form_fields.ts";
import { plainWords } from "../../page/plain_words.ts";
import { numberOrText } from "../../problem/problem_request.ts";
import type { Recommendation } from "../../server/answers.ts";
import { call, RequestRefused } from "../../server/api_client.ts";
import type { RequestBody } from "../../server/request_body.ts";
import { toNumber } from "../../server/wire_number.ts";
import { levelsAnswer } from "./label_levels.ts";
import { scheduleAnswer } from "./moving_temperature.ts";

type Question = "temperature_schedule" | "label_levels";

/** What was typed survives the next answer. */
const typed: Record<Question, string> = { temperature_schedule: "", label_levels: "" };

/** What is asked about: the problem of the advice, and its pair unless another is typed. */
export function questionBody(question: Question, text: string, request: RequestBody, lossWeight: string, temperature: string): RequestBody {
  const dropped = ["target_within_class_variance", "goal", ...(question === "label_levels" ? ["classes", "preset"] : [])];
  const body: RequestBody = {};
  for (const [name, value] of Object.entries(request)) if (!name.startsWith("library") && !dropped.includes(name)) body[name] = value;
  delete body.loss_weight;
  delete body.temperature;
  if (lossWeight.trim() !== "") body.loss_weight = numberOrText(lossWeight.trim());
  if (question === "label_levels") body.temperature = numberOrText(temperature.trim());
  body[question] = text.trim();
  return body;
}

export function questionCard(answer: Recommendation, request: RequestBody): HTMLElement {
  const problem = { ...request, convention: answer.problem.convention };
  const lossWeight = toNumber(answer.loss_weight);
  const short = (value: number) => String(Number(value.toPrecision(4)));
  const pair = { loss_weight: lossWeight === null ? "" : short(lossWeight), temperature: short(toNumber(answer.temperature) ?? 0.1) };
  return card(
    "Other questions",
    "About the same batch, without training",
    questionForm("temperature_schedule", problem, pair, "A temperature that moves", "cosine:0.5:0.05:40000:20000", "linear:FROM:TO:STEPS, cosine:FROM:TO:PERIOD:STEPS, learned:FROM:LIMIT, or STEP:TEMPERATURE pairs of a log"),
    questionForm("label_levels", problem, pair, "Labels on several levels", "100:1,20:0.5", "CLASSES:WEIGHT from the finest level on (HiMulCon), or CLASSES=TARGET of soft targets (X-CLR): do sub-classes collapse inside classes?"),
  );
}

function input(id: string, value: string, placeholder: string): HTMLInputElement {
  const made = withAttributes(element("input"), { id, type: "text", spellcheck: "false", autocomplete: "off", placeholder });
  made.value = value;
  return made;
}

function questionForm(question: Question, problem: RequestBody, pair: { loss_weight: string; temperature: string }, title: string, example: string, hint: string): HTMLElement {
  const text = input(`ask-${question}`, typed[question], example);
  const weight = input(`ask-${question}-loss_weight`, pair.loss_weight, "none");
  const temperature = input(`ask-${question}-temperature`, pair.temperature, "0.1");
  const said = withAttributes(element("div"), { "aria-live": "polite" });
  said.dataset.answer = question;
  const send = async (): Promise<void> => {
    typed[question] = text.value;
    if (text.value.trim() === "") return said.replaceChildren();
    const body = questionBody(question, text.value, problem, weight.value, temperature.value);
    try {
      const answer = await call<never>("POST", "evaluations", body);
      said.replaceChildren(...(question === "label_levels" ? levelsAnswer(answer) : scheduleAnswer(answer)));
    } catch (error) {
      said.replaceChildren(...refusal(error));
    }
  };
  const ask = withAttributes(element("button.quiet", "Ask"), { type: "submit" });
  const form = element(
    "form.question",
    element("h3", title),
    field(question === "label_levels" ? "Levels" : "Temperature over the steps", text, hint),
    field("Loss weight", weight, null),
    question === "label_levels" ? field("Temperature", temperature, null) : null,
    ask,
    said,
  );
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  if (typed[question] !== "") void send();
  return form;
}

function refusal(error: unknown): Node[] {
  if (!(error instanceof RequestRefused)) return [element("p.fault", "The server does not answer.")];
  const faults = error.fields.map(({ path, message }) => element("p.fault", `${path.slice(1)} ${plainWords(message)}`));
  return faults.length > 0 ? faults : [element("p.fault", plainWords(error.message))];
}
