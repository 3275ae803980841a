/** The registry of formats of deploys and other changes: a line for each. */
import type { AlertFormat } from '../alerts/alert-format.ts';
import { genericChange } from './generic.ts';

/** Every format that `POST /changes/<format>` takes. */
export const changeFormats: readonly AlertFormat[] = [genericChange] as readonly AlertFormat[];
