import { stderr, stdout } from "node:process";
import { type ParseArgsConfig, parseArgs } from "node:util";

/** Where a command writes, one line each: to stdout and stderr unless given. */
export type CommandOutput = { print?: (line: string) => void; complain?: (line: string) => void };

type Options = NonNullable<ParseArgsConfig["options"]>;

type Form<Own extends Options> = {
  help: string;
  /** Its own; `--json` and `--help` are every command's. */
  options: Own;
  /** What follows a fault of usage: the help, unless given. */
  reminder?: string;
  /** False when it takes options alone. */
  allowPositionals?: boolean;
};

const common = { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } } as const;

/** For commands that answer `-h` as well. */
export const helpByLetter = { help: { type: "boolean", short: "h", default: false } } as const;

/**
 * Reads what was typed after the name of a command, and answers `--help` and what nobody could read.
 * @returns the exit code when that was all; else what was typed, and how to end: `say` one JSON object or a text
 * (code 0), `failed` (1) and `usage` (2) with one sentence.
 */
export function readCommand<const Own extends Options>(output: CommandOutput, form: Form<Own>, argv: string[]) {
  const { print = (line) => stdout.write(`${line}\n`), complain = (line) => stderr.write(`${line}\n`) } = output;
  const { help, reminder = help } = form;
  const usage = (fault: string): number => {
    complain(`${fault}\n${reminder}`);
    return 2;
  };
  const failed = (fault: string): number => {
    complain(fault);
    return 1;
  };
  let parsed: ReturnType<typeof parse<Own>>;
  try {
    parsed = parse(form, argv);
  } catch (error) {
    return usage((error as Error).message);
  }
  const { json, help: asksHelp, ...values } = parsed.values as typeof parsed.values & { json: boolean; help: boolean };
  if (asksHelp) {
    print(help);
    return 0;
  }
  const say = (result: object, text: string): number => {
    print(json ? JSON.stringify(result) : text);
    return 0;
  };
  return { values, positionals: parsed.positionals, json, say, complain, failed, usage };
}

function parse<const Own extends Options>({ options, allowPositionals = true }: Form<Own>, argv: string[]) {
  return parseArgs({ args: argv, allowPositionals: allowPositionals as true, options: { ...common, ...options } });
}
