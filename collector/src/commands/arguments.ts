import { type CollectorConfig, CONFIG_FLAGS, type FlagShape, parseFlags, resolveConfig } from '../config/index.js';
import { EXIT, type ExitCode, type World } from './world.js';

export interface CommandArguments {
  readonly config: CollectorConfig;
  /** The command's own flags, by name with dashes. */
  readonly flag: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
  readonly positionals: readonly string[];
}

interface Shape {
  readonly values: readonly string[];
  readonly switches: readonly string[];
  /** Words that must stand after the command, for the error. */
  readonly words: readonly string[];
}

/** Reads a command's own flags and the configuration. All errors are said at once, and then the exit code comes back. */
export const readArguments = (argv: readonly string[], shape: Shape, world: World): CommandArguments | ExitCode => {
  const own: [string, FlagShape][] = [
    ...shape.values.map((name): [string, FlagShape] => [name, { kind: 'value' }]),
    ...shape.switches.map((name): [string, FlagShape] => [name, { kind: 'switch' }]),
  ];
  const { flags, positionals, errors: ownErrors } = parseFlags(argv, new Map([...CONFIG_FLAGS, ...own]));
  const forConfig = [...flags]
    .filter(([name]) => CONFIG_FLAGS.has(name))
    .flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
  const outcome = resolveConfig({ argv: forConfig, env: world.env, readFile: world.readFile });
  const errors = [...ownErrors];
  for (const word of positionals.slice(shape.words.length)) errors.push(`unexpected argument ${JSON.stringify(word)}`);
  for (const word of shape.words.slice(positionals.length)) errors.push(`${word} is missing`);
  if (outcome.status === 'invalid') errors.push(...outcome.errors);
  if (errors.length > 0 || outcome.status === 'invalid') {
    for (const error of errors) world.say(error);
    world.say('see noveum-collector --help');
    return EXIT.configuration;
  }
  return {
    config: outcome.config,
    flag: (name) => flags.get(name)?.[0],
    has: (name) => flags.has(name),
    positionals,
  };
};
