import type { Access } from '../access/index.js';
import { type HealthReport, overallHealth } from './health.js';
import { sendReply } from './reply.js';
import { callerOf, type RequestHandler } from './route.js';

export interface HealthRouteOptions {
  readonly authorise: Access['check'];
  readonly health: () => HealthReport;
  readonly version: string;
  readonly now: () => Date;
}

/** Strangers learn whether all is well; parts, and what is wrong with them, are for admins. */
export const createHealthRoute =
  ({ authorise, health, version, now }: HealthRouteOptions) =>
  (healthyWord: 'healthy' | 'ok'): RequestHandler =>
  async (request, response) => {
    const report = health();
    const overall = overallHealth(report);
    // Where keys can't be read, health is what one wants to see.
    const isAdmin = await authorise(callerOf(request), 'admin').then(
      ({ status }) => status === 'allowed',
      () => false,
    );
    const services = Object.fromEntries(Object.entries(report).map(([name, part]) => [name, part.status]));
    const value = {
      status: overall === 'healthy' ? healthyWord : overall,
      timestamp: now().toISOString(),
      version,
      ...(isAdmin ? { services, parts: report } : {}),
    };
    await sendReply(request, response, {
      kind: 'pieces',
      contentType: 'application/json; charset=utf-8',
      pieces: [Buffer.from(JSON.stringify(value))],
    });
  };
