/** The attributes that the index needs of every span, and their slots. */
export const KNOWN_KEYS = [
  'user.id',
  'enduser.id',
  'session.id',
  'gen_ai.conversation.id',
  'tag.tags',
  'error.type',
  'service.name',
  'deployment.environment.name',
  'deployment.environment',
  'noveum.project',
  'openinference.project.name',
] as const;

export const SLOT = {
  userId: 0,
  endUserId: 1,
  sessionId: 2,
  conversationId: 3,
  tags: 4,
  errorType: 5,
  serviceName: 6,
  environmentName: 7,
  environment: 8,
  noveumProject: 9,
  openInferenceProject: 10,
} as const;
