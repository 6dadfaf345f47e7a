import { observe, type SpanOptions } from '../span/index.js';
import { createProxy } from './create-proxy.js';

export interface TracedAgentOptions extends Omit<SpanOptions, 'type' | 'parent'> {
  /** What kind of agent it is, as the application says it: `agent.type`. */
  readonly type?: string | undefined;
  /** `gen_ai.agent.name`. Default: the name of its class. */
  readonly name?: string | undefined;
  /** The methods that are traced. Default: all of its own and its class's. */
  readonly methods?: readonly string[] | undefined;
}

const classNameOf = (agent: object): string => {
  const { constructor } = agent as { readonly constructor?: unknown };
  return typeof constructor === 'function' && constructor !== Object ? constructor.name : '';
};

/**
 * An agent whose methods are traced as its runs when they are called by this proxy, each with `agent.method` and
 * `agent.args_count`. What it holds isn't traced with it; the agent itself stays untouched.
 */
export const tracedAgent = <T extends object>(agent: T, options: TracedAgentOptions = {}): T => {
  const { attributes, methods, name = classNameOf(agent), type, ...rest } = options;
  const chosen = methods === undefined ? undefined : new Set(methods);
  return createProxy(agent, {
    isEntered: () => false,
    trace: (method, path) => {
      if (chosen?.has(path) === false) return undefined;
      const ofCall = {
        'agent.method': path,
        'agent.operation': path,
        ...(type === undefined ? {} : { 'agent.type': type }),
        ...attributes,
      };
      return observe(method, { ...rest, type: 'agent', name, attributes: ofCall, countArguments: 'agent.args_count' });
    },
  });
};
