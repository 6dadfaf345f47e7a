import type { Socket } from 'node:net';

/** One line of JSON each. A connection carries one call. */
export interface CallFrame {
  readonly type: 'call';
  readonly name: string;
  readonly parameter: unknown;
}

export type AnswerFrame =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'answer'; readonly value: unknown }
  | { readonly type: 'failure'; readonly message: string };

const MOST_LINE_CHARACTERS = 16 * 1024 * 1024;

export const sendFrame = (socket: Socket, frame: CallFrame | AnswerFrame): void => {
  socket.write(`${JSON.stringify(frame)}\n`);
};

/** Calls `onFrame` for each line; a line that is no JSON object or endless ends the connection. */
export const onFrames = (socket: Socket, onFrame: (frame: unknown) => void): void => {
  let held = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (held + text).split('\n');
    held = lines.pop() ?? '';
    if (held.length > MOST_LINE_CHARACTERS) socket.destroy();
    for (const line of lines) {
      let frame: unknown;
      try {
        frame = JSON.parse(line);
      } catch {
        socket.destroy();
        return;
      }
      onFrame(frame);
    }
  });
};
