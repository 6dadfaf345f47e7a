/** The file is not there any more. */
export const isGone = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT';
