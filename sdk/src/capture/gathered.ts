import { assistantMessage, type Message, textPart } from './messages.js';
import type { ResponseFacts } from './response.js';
import { CUT_MARK, cutText, serialise } from './serialise.js';
import { mergeUsage } from './usage.js';

interface Call {
  id: string | undefined;
  name: string;
  json: string;
}

/** What a stream has said so far. Content stops at the limit; facts go on. */
export interface Gathered {
  addText(text: string | undefined): void;
  /** A piece of the call of a tool that is at this place. */
  addCall(at: string, id: string | undefined, name: string | undefined, json: string | undefined): void;
  addWholeCall(id: string | undefined, name: string | undefined, input: unknown): void;
  addReason(reason: string | undefined): void;
  /** A chunk of no known provider. */
  addOther(chunk: unknown): void;
  tell(facts: ResponseFacts): void;
  facts(): ResponseFacts;
  /** Undefined: nothing that a model says was among the chunks. */
  message(): Message | undefined;
  /** As text, or as JSON of a list of the chunks; undefined: nothing was captured. */
  content(): string | undefined;
}

/** More calls than this a model doesn't make at once. */
const MAX_CALLS = 256;

export const createGathered = (limit: number, onText: (text: string) => void = () => undefined): Gathered => {
  let text = '';
  let others = '';
  let room = limit;
  let isCut = false;
  let isProvider = false;
  let facts: ResponseFacts = {};
  const calls = new Map<string, Call>();
  const reasons: string[] = [];

  const taken = (piece: string): string => {
    const kept = piece.length > room ? piece.slice(0, room) : piece;
    isCut ||= kept.length < piece.length;
    room -= kept.length;
    return kept;
  };

  const marked = (content: string): string => cutText(isCut ? content + CUT_MARK : content, limit);

  const callAt = (at: string): Call | undefined => {
    const known = calls.get(at);
    if (known !== undefined || calls.size >= MAX_CALLS) return known;
    const call: Call = { id: undefined, name: '', json: '' };
    calls.set(at, call);
    return call;
  };

  const addCall: Gathered['addCall'] = (at, id, name, json) => {
    isProvider = true;
    const call = callAt(at);
    if (call === undefined) return;
    call.id ??= id;
    if (name !== undefined && call.name === '') call.name = name;
    if (json === undefined) return;
    onText(json);
    call.json += taken(json);
  };

  return {
    addText: (piece) => {
      if (piece === undefined || piece === '') return;
      onText(piece);
      text += taken(piece);
    },
    addCall,
    addWholeCall: (id, name, input) => {
      addCall(`whole ${calls.size}`, id, name, serialise(input ?? {}, Math.max(room, 1)));
    },
    addReason: (reason) => {
      if (reason === undefined || reasons.length >= MAX_CALLS) return;
      isProvider = true;
      reasons.push(reason);
    },
    addOther: (chunk) => {
      if (room > 0) others += taken((others === '' ? '' : ',') + serialise(chunk, room));
      else isCut = true;
    },
    tell: (told) => {
      isProvider = true;
      facts = {
        model: told.model ?? facts.model,
        id: told.id ?? facts.id,
        usage: told.usage === undefined ? facts.usage : mergeUsage(facts.usage, told.usage),
      };
    },
    facts: () => ({ ...facts, finishReasons: reasons }),
    message: () => {
      if (!isProvider && text === '') return undefined;
      const parts = [
        ...(text === '' ? [] : [textPart(marked(text))]),
        ...[...calls.values()].map(({ id, json, name }) => ({
          type: 'tool_call',
          ...(id === undefined ? {} : { id }),
          name,
          arguments: json,
        })),
      ];
      return parts.length === 0 ? undefined : assistantMessage(parts, reasons[0]);
    },
    content: () => {
      if (text !== '') return marked(text);
      return others === '' ? undefined : isCut ? marked(`[${others}`) : cutText(`[${others}]`, limit);
    },
  };
};
