// The trials of a study as rows: which columns they have, which are shown, in which order.
import type { Cell, Sorting } from "../page/keyed_table.ts";
import { formatNumber } from "../page/number_format.ts";
import { plainName } from "../page/plain_words.ts";
import { capitalised } from "../page/sentence.ts";
import { durationBetween } from "../page/time_format.ts";
import { addressOf } from "../page/views.ts";
import { nearestNumber } from "../server/large_integers.ts";
import type { Trial } from "../server/studies_client.ts";
import { toNumber } from "../server/wire_number.ts";
import { paramValue } from "./study_labels.ts";

type Key = number | string | null; // null: nothing to sort by

export interface Column {
  readonly heading: string;
  readonly key: (trial: Trial) => Key;
  readonly cell: (trial: Trial) => Cell;
}

export const kNewestFirst: Sorting = { column: 0, descending: true };

const kTrial: Column = { heading: "Trial", key: ({ number }) => number, cell: numberCell };
const kState: Column = { heading: "State", key: stateWord, cell: stateWord };
const kTook: Column = {
  heading: "Took",
  key: ({ datetime_start: begin, datetime_complete: end }) => (begin === null || end === null ? null : Date.parse(end) - Date.parse(begin)),
  cell: (trial) => durationBetween(trial.datetime_start, trial.datetime_complete),
};

/** A column for each value and each parameter that any trial has. */
export function columnsOf(trials: readonly Trial[]): Column[] {
  const params = new Set(trials.flatMap((trial) => Object.keys(trial.params)));
  const values = Math.max(1, ...trials.map((trial) => trial.values?.length ?? 0));
  const valueAt = (trial: Trial, index: number): number | null => toNumber(trial.values?.[index]);
  return [
    kTrial,
    kState,
    ...Array.from({ length: values }, (_, index) => ({
      heading: values === 1 ? "Value" : `Value ${index + 1}`,
      key: (trial: Trial) => valueAt(trial, index),
      cell: (trial: Trial) => formatNumber(valueAt(trial, index), 4),
    })),
    ...[...params].map((name) => ({
      heading: capitalised(plainName(name)),
      key: (trial: Trial) => paramKey(trial.params[name]),
      cell: (trial: Trial) => paramValue(trial.params[name]),
    })),
    kTook,
  ];
}

/** Those without a key come last, whichever way the others go. */
export function ordered(trials: readonly Trial[], { key }: Column, descending: boolean): Trial[] {
  const way = descending ? -1 : 1;
  return [...trials].sort((left, right) => {
    const [a, b] = [key(left), key(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null) || right.number - left.number;
    const difference = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return way * difference || right.number - left.number;
  });
}

/** The states that occur, in words. */
export function statesOf(trials: readonly Trial[]): string[] {
  return [...new Set(trials.map(stateWord))].sort();
}

export function stateWord(trial: Trial): string {
  return trial.state === "FAIL" ? "failed" : trial.state.toLowerCase();
}

function paramKey(value: unknown): Key {
  const number = nearestNumber(value);
  if (number !== null) return number;
  return typeof value === "string" ? value : value === undefined || value === null ? null : String(value);
}

function numberCell(trial: Trial): Cell {
  const validation = trial.user_attrs.validation_id;
  const number = String(trial.number);
  if (typeof validation !== "string") return number;
  return { text: number, href: addressOf("validate", `id=${validation}`), view: "validate", label: `Validation of trial ${number}` };
}
