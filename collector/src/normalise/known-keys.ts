import { FACT_KEYS, METADATA_PREFIX, SDK_KEYS, STATUS_LEVEL_KEY, WEIGHT_KEY } from 'noveum-proto';

const INDEX_KEYS = [
  'enduser.id',
  'error.type',
  'service.name',
  'deployment.environment.name',
  'deployment.environment',
  'noveum.project',
  'openinference.project.name',
  STATUS_LEVEL_KEY,
  WEIGHT_KEY,
  ...SDK_KEYS,
  `${METADATA_PREFIX}*`,
];

/** The attributes that the index needs of every span: those that facts of GenAI are read from come first. */
export const KNOWN_KEYS: readonly string[] = [...new Set([...FACT_KEYS, ...INDEX_KEYS])];

const slotOf = (key: string): number => KNOWN_KEYS.indexOf(key);

export const SLOT = {
  userId: slotOf('user.id'),
  endUserId: slotOf('enduser.id'),
  sessionId: slotOf('session.id'),
  conversationId: slotOf('gen_ai.conversation.id'),
  tags: slotOf('tag.tags'),
  errorType: slotOf('error.type'),
  serviceName: slotOf('service.name'),
  environmentName: slotOf('deployment.environment.name'),
  environment: slotOf('deployment.environment'),
  noveumProject: slotOf('noveum.project'),
  statusLevel: slotOf(STATUS_LEVEL_KEY),
  sampleWeight: slotOf(WEIGHT_KEY),
  metadata: slotOf(`${METADATA_PREFIX}*`),
  openInferenceProject: slotOf('openinference.project.name'),
} as const;

export const SDK_SLOTS: readonly number[] = SDK_KEYS.map(slotOf);
