/** The registry of chats: a line for each kind. */
import type { ChatDefinition } from './chat.ts';
import { rocketchat } from './rocketchat.ts';

/** Every kind of chat that a config may name. */
export const chatKinds: readonly ChatDefinition[] = [rocketchat];
