import { type Arena, type Notes, putVarint, varintWidth } from 'noveum-proto/encode';
import { type Group, type Groups, writeResource, writeScope } from './groups.js';

/** What a message says beside the messages in it: a range of the heads' arena. */
interface Head {
  readonly start: number;
  readonly end: number;
}

interface ScopePart extends Head {
  readonly runs: readonly number[];
  readonly length: number;
}

interface ResourcePart extends Head {
  readonly scopes: readonly ScopePart[];
  readonly length: number;
}

const RESOURCE_SPANS = 0x0a;
const SCOPE_SPANS = 0x12;

const fieldLength = (length: number): number => 1 + varintWidth(length) + length;
const sumOf = (parts: readonly { readonly length: number }[]): number =>
  parts.reduce((sum, { length }) => sum + fieldLength(length), 0);

const scopePart = (heads: Arena, { scope, runs }: Group, notes: Notes): ScopePart => {
  const start = heads.at;
  writeScope(heads, scope, notes);
  let length = heads.at - start;
  for (let i = 0; i < runs.length; i += 2) length += (runs[i + 1] as number) - (runs[i] as number);
  return { start, end: heads.at, runs, length };
};

/** An ExportTraceServiceRequest before its bytes are put together. */
export interface Plan {
  readonly length: number;
  readonly resources: readonly ResourcePart[];
}

/** Encodes resources and scopes, which only now are known to be complete: their attributes may come late. */
export const planRequest = (heads: Arena, groups: Groups, notes: Notes): Plan => {
  const resources = [...groups].map(([resource, scopes]): ResourcePart => {
    const start = heads.at;
    writeResource(heads, resource, notes);
    const end = heads.at;
    const parts = [...scopes.values()].map((group) => scopePart(heads, group, notes));
    return { start, end, scopes: parts, length: end - start + sumOf(parts) };
  });
  return { length: sumOf(resources), resources };
};

/** Puts the request together at the front of `bytes`. */
export const assemble = (bytes: Uint8Array, { resources }: Plan, heads: Uint8Array, spans: Uint8Array): void => {
  let at = 0;
  const begin = (tag: number, length: number): void => {
    bytes[at] = tag;
    at = putVarint(bytes, at + 1, length);
  };
  const copy = (source: Uint8Array, start: number, end: number): void => {
    bytes.set(source.subarray(start, end), at);
    at += end - start;
  };
  for (const resource of resources) {
    begin(RESOURCE_SPANS, resource.length);
    copy(heads, resource.start, resource.end);
    for (const { start, end, runs, length } of resource.scopes) {
      begin(SCOPE_SPANS, length);
      copy(heads, start, end);
      for (let i = 0; i < runs.length; i += 2) copy(spans, runs[i] as number, runs[i + 1] as number);
    }
  }
};
