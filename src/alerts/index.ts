/** The registry of alert formats: a line for each. */
import type { AlertFormat } from './alert-format.ts';
import { alertmanager } from './alertmanager.ts';
import { generic } from './generic.ts';

/** Every format that `POST /hooks/<format>` takes. */
export const alertFormats: readonly AlertFormat[] = [alertmanager, generic];
