/** The registry of formats of deploys and other changes: a line for each. */
import type { AlertFormat } from '../alerts/alert-format.ts';
import { argocd } from './argocd.ts';
import { genericChange } from './generic.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { jenkins } from './jenkins.ts';

/** Every format that `POST /changes/<format>` takes. */
export const changeFormats: readonly AlertFormat[] = [
  github,
  gitlab,
  jenkins,
  argocd,
  genericChange,
] as readonly AlertFormat[];
