import type { Queue } from '../queue/queue.ts';
import type { Db } from '../store/database.ts';
import type { Notifications } from '../store/notifications.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { AdmissionOptions } from './admission/admission.ts';

/** What the API works on; made by the composition root. */
export interface ControlServices {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly access: Omit<AdmissionOptions, 'db'>;
  readonly tracing: Tracing;
}
