import type { Attributes, Json } from '../document/index.js';
import { toDocuments } from './documents.js';
import { messagesOfEventList } from './event-messages.js';
import { lenientJson } from './lenient-json.js';
import { partsOf, type Part } from './message-parts.js';
import { type Message, toMessages } from './messages.js';
import type { MessageSlot } from './table.js';
import { toToolDefinitions } from './tool-definitions.js';

/** What was said in a call, in one shape whatever the dialect; empty where nothing was. */
export interface SpanMessages {
  readonly system: readonly Part[];
  readonly input: readonly Message[];
  readonly output: readonly Message[];
  readonly tools: readonly Attributes[];
  readonly documents: readonly Attributes[];
}

export interface FoundMessages extends SpanMessages {
  readonly rules: Readonly<Partial<Record<MessageSlot, string>>>;
}

export type Shaped = Partial<{ -readonly [Slot in MessageSlot]: SpanMessages[Slot] }>;

const messagesIn =
  (slot: 'input' | 'output') =>
  (sent: Json, role: string): readonly Message[] =>
    messagesOfEventList(sent)?.[slot] ?? toMessages(sent, role);

/** How what was sent becomes what is shown. */
export const SHAPE = {
  system: (sent) => partsOf(lenientJson(sent)),
  input: messagesIn('input'),
  output: messagesIn('output'),
  tools: toToolDefinitions,
  documents: toDocuments,
} as const satisfies { [Slot in MessageSlot]: (sent: Json, role: string) => SpanMessages[Slot] };

/** Of text that is no message of its own. */
export const DEFAULT_ROLE = { system: 'system', input: 'user', output: 'assistant', tools: '', documents: '' } as const;
