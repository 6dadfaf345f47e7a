/** Events as the specification of server-sent events has them. */
export interface StreamEvent {
  readonly name: string;
  /** Where a client that lost its connection goes on; null: where the event before it said. */
  readonly id: string | null;
  /** One line. */
  readonly data: string;
}

const RECONNECT_MILLIS = 2_000;

export const eventText = ({ name, id, data }: StreamEvent): string =>
  `event: ${name}\n${id === null ? '' : `id: ${id}\n`}data: ${data}\n\n`;

/** The start: nothing has happened, and this is where. */
export const helloText = (id: string): string => `retry: ${String(RECONNECT_MILLIS)}\nid: ${id}\n\n`;

/** An event without data is never seen by a page; its id is. */
export const heartbeatText = (id: string | null): string => `: heartbeat\n${id === null ? '' : `id: ${id}\n`}\n`;
