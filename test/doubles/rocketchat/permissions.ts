/** Who may do what: the default grants of the roles that tests need. */

const USER = [
  'view-c-room',
  'view-d-room',
  'view-p-room',
  'view-joined-room',
  'preview-c-room',
  'mention-all',
  'mention-here',
  'start-discussion',
  'delete-own-message',
  'create-c',
  'create-p',
  'create-d',
  'create-personal-access-tokens',
  'leave-c',
  'leave-p',
];

const BOT = [
  'api-bypass-rate-limit',
  'send-many-messages',
  'message-impersonate',
  'join-without-join-code',
  'view-joined-room',
  'view-c-room',
  'view-d-room',
  'create-c',
  'create-p',
  'create-d',
  'leave-c',
  'leave-p',
  'bypass-time-limit-edit-and-delete',
];

const ADMIN = [
  ...USER,
  ...BOT.filter((permission) => permission !== 'message-impersonate'),
  'edit-message',
  'delete-message',
  'force-delete-message',
  'pin-message',
  'post-readonly',
  'view-full-other-user-info',
  'create-user',
  'edit-other-user-info',
  'access-permissions',
];

/** The default grants, by role; a copy for every server, since an administrator changes them. */
export function defaultPermissions(): Map<string, Set<string>> {
  return new Map([
    ['user', new Set(USER)],
    ['bot', new Set(BOT)],
    ['admin', new Set(ADMIN)],
    ['guest', new Set(['view-joined-room', 'view-d-room'])],
  ]);
}
