/** Statuses as the sums and their stores hold them; 0 is none. */
export const STATUS_CODE = { ok: 1, error: 2, timeout: 3, cancelled: 4, unset: 5 } as const;
export const STATUS_NAME = [null, 'ok', 'error', 'timeout', 'cancelled', 'unset'] as const;
