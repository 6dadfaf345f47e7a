import type { GroupField } from '../../../analytics.js';
import type { FacetField } from '../../../facet-query.js';
import type { GroupedBy } from '../../../group-query.js';
import type { Query } from './searches.js';

/** Where a trace's values of some kind are. */
export interface ValueField {
  readonly field: string;
  /** How many distinct ones the trace has; null: at most one. */
  readonly countField: string | null;
}

const one = (field: string): ValueField => ({ field, countField: null });
const some = (field: string, count: string): ValueField => ({ field, countField: `noveum.counts.${count}` });

export const GROUP_FIELDS: Readonly<Record<GroupField, ValueField>> = {
  model: some('models', 'models'),
  provider: some('providers', 'providers'),
  name: one('name.keyword'),
  user: one('metadata.user_id'),
  session: one('metadata.session_id'),
  service: some('services', 'services'),
  environment: one('environment'),
  tag: some('noveum.tags', 'tags'),
  status: one('status'),
  type: some('span_types', 'types'),
};

/** `isOne`: a trace has at most one. */
export const FACET_FIELDS: Readonly<Record<FacetField, { readonly field: string; readonly isOne: boolean }>> = {
  environment: { field: 'environment', isOne: true },
  status: { field: 'status', isOne: true },
  service: { field: 'services', isOne: false },
  model: { field: 'models', isOne: false },
  provider: { field: 'providers', isOne: false },
  type: { field: 'span_types', isOne: false },
  userId: { field: 'metadata.user_id', isOne: true },
  sessionId: { field: 'metadata.session_id', isOne: true },
  tag: { field: 'noveum.tags', isOne: false },
  name: { field: 'name.keyword', isOne: true },
  errorType: { field: 'error_types', isOne: false },
};

const USER = 'metadata.user_id';
const SESSION = 'metadata.session_id';

/** Of sessions or users: what names them, and what of them is counted beside. */
export const NAMING_FIELDS: Readonly<Record<GroupedBy, { readonly id: string; readonly other: string }>> = {
  sessionId: { id: SESSION, other: USER },
  userId: { id: USER, other: SESSION },
};

export const both = (...queries: readonly Query[]): Query => ({ bool: { filter: [...queries] } });

export const lacks = (field: string): Query => ({ bool: { must_not: [{ exists: { field } }] } });
