/** How often a panel must be asked: a variable that takes one value only is asked once for each. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { AskedValue, GrafanaRequest } from './bind.ts';
import type { AskedParameters } from './claim-series.ts';
import type { Dashboard } from './panel.ts';

/** What one run asks with. */
export interface PlannedRun {
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** The values of each parameter in it. */
  readonly parameters: AskedParameters;
}

/** One after the other these would outlast every deadline. */
const RUNS_MAX = 20;

/** @throws BotError `SOURCE_TOO_MUCH` */
export function splitRuns(request: GrafanaRequest, { variables }: Dashboard): readonly PlannedRun[] {
  const isMulti = new Set(variables.filter((one) => one.isMulti).map(({ name }) => name));
  let runs: Record<string, readonly AskedValue[]>[] = [{}];
  for (const [name, values] of Object.entries(request.variables)) {
    const choices = isMulti.has(name) ? [values] : values.map((value) => [value]);
    if (runs.length * choices.length > RUNS_MAX) throw tooMany(name, runs.length * choices.length);
    runs = runs.flatMap((run) =>
      choices.filter((choice) => agrees(run, choice)).map((choice) => ({ ...run, [name]: choice })),
    );
  }
  return runs.map((run) => ({
    variables: Object.fromEntries(
      Object.entries(run).map(([name, values]) => [name, values.map(({ value }) => value)]),
    ),
    parameters: parametersOf(Object.values(run).flat()),
  }));
}

/** Two variables made from one argument go together: `host` and `instance` of the same machine. */
function agrees(run: Readonly<Record<string, readonly AskedValue[]>>, choice: readonly AskedValue[]): boolean {
  const chosen = Object.values(run)
    .filter((values) => values.length === 1)
    .flat();
  const [own, other] = choice;
  if (other !== undefined || own === undefined) return true;
  return chosen.every(({ parameters }) =>
    Object.entries(parameters).every(
      ([name, value]) => own.parameters[name] === undefined || own.parameters[name] === value,
    ),
  );
}

function parametersOf(values: readonly AskedValue[]): AskedParameters {
  const found: Record<string, string[]> = {};
  for (const { parameters } of values) {
    for (const [name, value] of Object.entries(parameters)) {
      found[name] ??= [];
      if (!found[name].includes(value)) found[name].push(value);
    }
  }
  return found;
}

function tooMany(name: string, count: number): BotError {
  const message = `The variable ${name} takes one value at a time, so this would ask ${count} times; the limit is ${RUNS_MAX}.`;
  return new BotError('SOURCE_TOO_MUCH', message, { runs: count, limit: RUNS_MAX });
}
