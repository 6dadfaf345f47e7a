import {
  type Arena,
  beginMessage,
  endMessage,
  ensureRoom,
  type Notes,
  putFixed32,
  putHex,
  putHrTime,
  putVarint,
  writeAttributes,
  writeCount,
  writeTextOf,
} from 'noveum-proto/encode';
import { type Link, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';

/** What spans of OpenTelemetry's SDK before 2.0 have in place of a parent's context. */
interface FormerSpan {
  readonly parentSpanId?: string;
}

/** SpanFlags of opentelemetry/proto/trace/v1/trace.proto. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const flagsOf = (traceFlags: number, isRemote: boolean | undefined): number =>
  (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);

const writeHex = (arena: Arena, tag: number, hex: string): void => {
  const length = hex.length >>> 1;
  ensureRoom(arena, length + 6);
  arena.bytes[arena.at++] = tag;
  arena.at = putVarint(arena.bytes, arena.at, length);
  arena.at = putHex(arena.bytes, arena.at, hex);
};

const writeTraceState = (arena: Arena, { traceState }: SpanContext): void => {
  writeTextOf(arena, 0x1a, traceState?.serialize());
};

const writeEvent = (arena: Arena, event: TimedEvent, notes: Notes): void => {
  const start = beginMessage(arena, 0x5a);
  ensureRoom(arena, 9);
  arena.bytes[arena.at++] = 0x09;
  arena.at = putHrTime(arena.bytes, arena.at, event.time);
  writeTextOf(arena, 0x12, event.name);
  const omitted = writeAttributes(arena, 0x1a, event.attributes, notes);
  writeCount(arena, 0x20, (event.droppedAttributesCount ?? 0) + omitted);
  endMessage(arena, start);
};

const writeLink = (arena: Arena, link: Link, notes: Notes): void => {
  const start = beginMessage(arena, 0x6a);
  const { context } = link;
  writeHex(arena, 0x0a, context.traceId);
  writeHex(arena, 0x12, context.spanId);
  writeTraceState(arena, context);
  const omitted = writeAttributes(arena, 0x22, link.attributes, notes);
  writeCount(arena, 0x28, (link.droppedAttributesCount ?? 0) + omitted);
  ensureRoom(arena, 5);
  arena.bytes[arena.at++] = 0x35;
  arena.at = putFixed32(arena.bytes, arena.at, flagsOf(context.traceFlags, context.isRemote));
  endMessage(arena, start);
};

/** Writes each; one that can't be read is left out. Returns how many were. */
const writeEach = <Item>(
  arena: Arena,
  items: readonly Item[],
  notes: Notes,
  write: (arena: Arena, item: Item, notes: Notes) => void,
): number => {
  let omitted = 0;
  for (const item of items) {
    const start = arena.at;
    try {
      write(arena, item, notes);
    } catch {
      arena.at = start;
      omitted++;
    }
  }
  notes.values += omitted;
  return omitted;
};

const writeStatus = (arena: Arena, { status: { code, message } }: ReadableSpan): void => {
  if (code === SpanStatusCode.UNSET && message === undefined) return;
  const start = beginMessage(arena, 0x7a);
  writeTextOf(arena, 0x12, message);
  writeCount(arena, 0x18, code);
  endMessage(arena, start);
};

/** Times, of 18 bytes, and kind, of two: API and protobuf number kinds from 0 and 1. */
const writeKindAndTimes = (arena: Arena, span: ReadableSpan): void => {
  ensureRoom(arena, 24);
  const { bytes } = arena;
  let { at } = arena;
  const kind = (span.kind as number | null | undefined) ?? -1;
  bytes[at++] = 0x30;
  at = putVarint(bytes, at, kind + 1);
  bytes[at++] = 0x39;
  at = putHrTime(bytes, at, span.startTime);
  bytes[at++] = 0x41;
  arena.at = putHrTime(bytes, at, span.endTime);
};

/** Most spans have from 128 to 16,383 bytes: two bytes of length. */
const RESERVED_LENGTH = 2;

/** Writes a span as a field of ScopeSpans. Throws what a getter or method of the span throws, leaving a broken message. */
export const writeSpan = (arena: Arena, span: ReadableSpan, notes: Notes): void => {
  ensureRoom(arena, 64);
  arena.bytes[arena.at] = 0x12;
  const start = (arena.at += 1 + RESERVED_LENGTH);
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  const parentId = parent === undefined ? (span as FormerSpan).parentSpanId : parent.spanId;
  writeHex(arena, 0x0a, context.traceId);
  writeHex(arena, 0x12, context.spanId);
  writeTraceState(arena, context);
  if (parentId !== undefined && parentId !== '') writeHex(arena, 0x22, parentId);
  writeTextOf(arena, 0x2a, span.name);
  writeKindAndTimes(arena, span);
  const attributes = writeAttributes(arena, 0x4a, span.attributes, notes);
  writeCount(arena, 0x50, span.droppedAttributesCount + attributes);
  const events = writeEach(arena, span.events, notes, writeEvent);
  writeCount(arena, 0x60, span.droppedEventsCount + events);
  const links = writeEach(arena, span.links, notes, writeLink);
  writeCount(arena, 0x70, span.droppedLinksCount + links);
  writeStatus(arena, span);
  ensureRoom(arena, 6);
  arena.bytes[arena.at] = 0x85;
  arena.bytes[arena.at + 1] = 0x01;
  // Whether a parent of which only the id is known was remote, nobody can say.
  const flags =
    parent === undefined && parentId !== undefined
      ? context.traceFlags & 0xff
      : flagsOf(context.traceFlags, parent?.isRemote);
  arena.at = putFixed32(arena.bytes, arena.at + 2, flags);
  endMessage(arena, start, RESERVED_LENGTH);
};
