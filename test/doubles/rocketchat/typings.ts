/** Checks recorded REST calls against the official schemas of Rocket.Chat, where those are installed. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RecordedRequest } from './http-server.ts';

/** A compiled schema: says whether a value fits, and leaves behind what was wrong. It may change what it is given. */
interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly { readonly message?: string; readonly instancePath?: string }[] | null;
}

/** The package's exports, schemas among them. */
export type Typings = Readonly<Record<string, unknown>>;

/** Why the schemas are not there, for a test that skips. */
export const WITHOUT_TYPINGS =
  'official schemas are not installed: run test/doubles/rocketchat/install-rest-typings.sh DIR and set ROCKETCHAT_TYPINGS=DIR';

/** The folder that `ROCKETCHAT_TYPINGS` names, when `install-rest-typings.sh` has filled it. */
export function typingsFolder(): string | undefined {
  const folder = process.env.ROCKETCHAT_TYPINGS;
  return folder !== undefined && folder !== '' && existsSync(bundleIn(folder)) ? folder : undefined;
}

function bundleIn(folder: string): string {
  return join(resolve(folder), 'rest-typings.mjs');
}

/** Loads the schemas from the folder that `install-rest-typings.sh` filled. */
export async function loadTypings(folder: string): Promise<Typings> {
  return (await import(/* @vite-ignore */ pathToFileURL(bundleIn(folder)).href)) as Typings;
}

/** Names of the schemas by method and endpoint; body of POST, query of GET. Uploads and some look-ups have none. */
export const VALIDATORS: Readonly<Record<string, string>> = {
  'POST login': 'isLoginProps',
  'POST chat.postMessage': 'isChatPostMessageProps',
  'POST chat.sendMessage': 'isChatSendMessageProps',
  'POST chat.update': 'isChatUpdateProps',
  'POST chat.delete': 'isChatDeleteProps',
  'POST chat.react': 'isChatReactProps',
  'GET chat.getMessage': 'isChatGetMessageProps',
  'GET chat.syncMessages': 'isChatSyncMessagesProps',
  'GET chat.getThreadMessages': 'isChatGetThreadMessagesProps',
  'GET chat.getDeletedMessages': 'isChatGetDeletedMessagesProps',
  'GET chat.search': 'isChatSearchProps',
  'GET rooms.info': 'isRoomsInfoProps',
  'GET rooms.nameExists': 'isGETRoomsNameExists',
  'GET rooms.isMember': 'isRoomsIsMemberProps',
  'POST rooms.join': 'isRoomsJoinProps',
  'POST rooms.createDiscussion': 'isRoomsCreateDiscussionProps',
  'POST channels.create': 'isChannelsCreateProps',
  'POST channels.join': 'isChannelsJoinProps',
  'GET channels.history': 'isChannelsHistoryProps',
  'GET channels.messages': 'isChannelsMessagesProps',
  'POST groups.create': 'isGroupsCreateProps',
  'GET groups.info': 'isGroupsInfoProps',
  'GET groups.history': 'isGroupsHistoryProps',
  'POST im.create': 'isDmCreateProps',
  'GET im.history': 'isDmHistoryProps',
  'GET im.messages': 'isDmMessagesProps',
  'GET users.info': 'isUsersInfoParamsGetProps',
  'GET users.autocomplete': 'isUsersAutocompleteProps',
  'GET subscriptions.get': 'isSubscriptionsGetProps',
  'POST subscriptions.read': 'isSubscriptionsReadProps',
  'GET settings.public': 'isSettingsPublicWithPaginationProps',
  'GET spotlight': 'isSpotlightProps',
  'GET directory': 'isDirectoryProps',
  'POST method.call': 'isMeteorCall',
};

/**
 * Checks every recorded call for which there is a schema.
 *
 * @returns one line for each call that the official server would refuse, none when all is well
 */
export function validateRequests(
  simulator: { readonly requests: readonly RecordedRequest[] },
  typings: Typings,
): string[] {
  return simulator.requests.flatMap((request) => {
    const key = endpointOf(request);
    const name = key === undefined ? undefined : VALIDATORS[key];
    if (name === undefined) return [];
    const value = request.method === 'GET' ? request.query : (request.body ?? {});
    const faults = [...faultsBy(typings, name, value), ...faultsOfCall(typings, request)];
    return faults.map((fault) => `${key}: ${fault} in ${JSON.stringify(value).slice(0, 500)}`);
  });
}

/** `POST chat.update`; the method's name behind `method.call/` is left out. */
function endpointOf({ method, path }: RecordedRequest): string | undefined {
  const endpoint = /^\/api\/v1\/([^/]+)/.exec(path)?.[1];
  return endpoint === undefined ? undefined : `${method} ${endpoint}`;
}

/**
 * What the official schema of a name finds wrong with a value, in the words that the server would use.
 *
 * @throws Error when the package has no such schema: its version is another than the one this was written for
 */
export function faultsBy(typings: Typings, name: string, value: unknown): string[] {
  const validate = typings[name] as Validator | undefined;
  if (typeof validate !== 'function') throw new Error(`rest-typings has no ${name}`);
  if (validate(structuredClone(value))) return [];
  return (validate.errors ?? []).map(({ message = 'refused' }) => message);
}

/** The call within a `method.call` has a schema of its own. */
function faultsOfCall(typings: Typings, { path, body }: RecordedRequest): string[] {
  const message = (body as { message?: unknown } | undefined)?.message;
  if (!path.startsWith('/api/v1/method.call/') || typeof message !== 'string') return [];
  return faultsBy(typings, 'isMethodCallProps', JSON.parse(message));
}
