export interface FlagShape {
  /** A switch stands alone; a value follows in the next argument or after `=`. */
  readonly kind: 'switch' | 'value' | 'list';
}

export interface ParsedFlags {
  /** By flag with its dashes; a switch's is `[]`. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  readonly errors: readonly string[];
}

/** Reads `--flag value`, `--flag=value` and lone switches. Nothing after `--` is a flag. */
export const parseFlags = (argv: readonly string[], shapes: ReadonlyMap<string, FlagShape>): ParsedFlags => {
  const flags = new Map<string, string[]>();
  const positionals: string[] = [];
  const errors: string[] = [];
  const rest = [...argv];

  const take = (argument: string): void => {
    const equals = argument.indexOf('=');
    const name = equals === -1 ? argument : argument.slice(0, equals);
    const shape = shapes.get(name);
    if (shape === undefined) {
      errors.push(`unknown flag ${name}`);
      // Else the unknown flag's value would be taken for a command.
      if (equals === -1 && rest[0]?.startsWith('-') === false) rest.shift();
      return;
    }
    const held = flags.get(name) ?? [];
    if (flags.has(name) && shape.kind !== 'list') errors.push(`${name} stands twice`);
    flags.set(name, held);
    if (shape.kind === 'switch') {
      if (equals !== -1) errors.push(`${name} takes no value`);
      return;
    }
    const value = equals === -1 ? rest.shift() : argument.slice(equals + 1);
    if (value === undefined || (equals === -1 && value.startsWith('--'))) {
      errors.push(`${name} needs a value`);
      if (value !== undefined) rest.unshift(value);
    } else held.push(value);
  };

  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      positionals.push(...rest);
      break;
    }
    if (argument.startsWith('-') && argument !== '-') take(argument);
    else positionals.push(argument);
  }
  return { flags, positionals, errors };
};
