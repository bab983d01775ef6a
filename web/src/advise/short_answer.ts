// The answer in one line at the top of a narrow screen, where the form comes before it.
import { byId, element } from "../page/dom.ts";
import { capitalised } from "../page/sentence.ts";

/** Follows what the verdict says now, and leads there. */
export function showShortAnswer(): void {
  const bar = byId<HTMLAnchorElement>("short-answer");
  const verdict = byId("verdict");
  const tone = verdict.querySelector(".dot")?.cloneNode() ?? null;
  const [weight, temperature] = [...verdict.querySelectorAll<HTMLElement>(".figures:not(.unlabelled) .value")].map((value) => value.textContent ?? "");
  const sentence = verdict.querySelector("h2")?.textContent ?? "";
  bar.hidden = sentence === "";
  const pair = weight === undefined || temperature === undefined ? null : `loss weight ${weight}, temperature ${temperature}`;
  const change = verdict.querySelector(".change") === null ? null : `${sentence} ${verdict.querySelector(".change")?.textContent ?? ""}: `;
  const words = pair === null ? sentence : capitalised(`${change ?? ""}${pair}`);
  bar.replaceChildren(...(tone === null ? [] : [tone]), element("span", words));
}
