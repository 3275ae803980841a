/** Uploads, of both generations: `rooms.upload` before 8.0, `rooms.media` with `rooms.mediaConfirm` from 6.10. */
import { matchError, meteorError } from './failure.ts';
import { checkSize, sendAsUser } from './messages.ts';
import { parseMultipart } from './multipart.ts';
import { type Call, type Fields, forbidden, type Reply, type Route } from './rest-route.ts';
import { canAccess, type Message, makeId, type Upload, type World } from './world.ts';

/** Every endpoint that takes files. */
export const UPLOAD_ROUTES: readonly Route[] = [
  { method: 'POST', path: 'rooms.upload/:rid', until: '8.0', action: upload },
  { method: 'POST', path: 'rooms.media/:rid', since: '6.10', action: media },
  { method: 'POST', path: 'rooms.mediaConfirm/:rid/:fileId', since: '6.10', action: mediaConfirm },
];

/** An upload that is never confirmed is forgotten after so long. */
const EXPIRY_MS = 24 * 3_600_000;

function upload(call: Call): Fields | Reply {
  const { world, user, params } = call;
  if (!mayUpload(call)) return forbidden;
  const { file, fields } = takeFile(call, undefined);
  const { description, ...rest } = fields;
  checkSize(world, description);
  return { message: sendFile(world, user._id, params.rid as string, file, rest, description) ?? null };
}

function media(call: Call): Fields | Reply {
  if (!mayUpload(call)) return forbidden;
  const { file, fields } = takeFile(call, call.world.clock.now() + EXPIRY_MS);
  if (fields.content !== undefined && !isJson(fields.content)) throw meteorError('invalid-field-content');
  return { file: { _id: file._id, url: urlOf(file._id, file.name) } };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function mediaConfirm(call: Call): Fields | Reply {
  const { world, user, params, body } = call;
  if (!mayUpload(call)) return forbidden;
  const file = world.uploads.get(params.fileId as string);
  const isTheirs = file?.rid === params.rid && file?.userId === user._id;
  if (file === undefined || !isTheirs || isExpired(world, file)) throw meteorError('invalid-file');
  const { description, fileName, fileContent: _, ...rest } = body;
  checkSize(world, description);
  if (typeof fileName === 'string') file.name = fileName;
  const message = sendFile(world, user._id, file.rid, file, rest, description);
  file.expiresMs = undefined;
  return { message: message ?? null };
}

/** Whether an upload was never confirmed and has had its time. */
export function isExpired(world: World, { expiresMs }: Upload): boolean {
  return expiresMs !== undefined && expiresMs <= world.clock.now();
}

function mayUpload({ world, user, params }: Call): boolean {
  const room = world.rooms.get(params.rid as string);
  return room !== undefined && canAccess(world, user, room);
}

/** Reads the form, keeps its one file; every other text field is given as it is. */
function takeFile({ world, user, params, contentType, raw }: Call, expiresMs: number | undefined) {
  const parts = parseMultipart(contentType, raw);
  const files = parts.filter(({ filename }) => filename !== undefined);
  const [file] = files;
  if (file === undefined) throw meteorError('error-no-file', 'No file uploaded');
  if (file.name !== 'file') throw meteorError('invalid-field');
  if (files.length > 1) throw meteorError('error-too-many-files', 'Too many files in upload');
  checkFile(world, file.type, file.data.length);
  const texts = parts.filter(({ filename }) => filename === undefined);
  const kept: Upload = {
    _id: makeId(),
    rid: params.rid as string,
    userId: user._id,
    name: file.filename ?? 'file',
    type: file.type,
    data: file.data,
    expiresMs,
  };
  world.uploads.set(kept._id, kept);
  const fields = Object.fromEntries(texts.map(({ name, data }) => [name, data.toString('utf8')]));
  return { file: kept, fields: fields as Record<string, string | undefined> };
}

function checkFile(world: World, type: string, sizeBytes: number): void {
  if (world.settings.get('FileUpload_Enabled') !== true) {
    throw meteorError('error-file-upload-disabled', 'File upload is disabled');
  }
  if (sizeBytes > Number(world.settings.get('FileUpload_MaxFileSize'))) {
    throw meteorError('error-file-too-large', 'File size exceeds the allowed limit');
  }
  const listed = (name: string) =>
    String(world.settings.get(name) ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  const matches = (pattern: string) =>
    type === pattern || (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1)));
  const allowed = listed('FileUpload_MediaTypeWhiteList');
  if (listed('FileUpload_MediaTypeBlackList').some(matches) || (allowed.length > 0 && !allowed.some(matches))) {
    throw meteorError('error-invalid-file-type', `File type ${type} is not accepted`);
  }
}

/** What the message of a file may have beside it, and of which type. */
const BESIDE: Readonly<Record<string, 'string' | 'boolean' | 'object'>> = {
  avatar: 'string',
  emoji: 'string',
  alias: 'string',
  groupable: 'boolean',
  msg: 'string',
  tmid: 'string',
  customFields: 'string',
  t: 'string',
  content: 'object',
};

function sendFile(world: World, userId: string, rid: string, file: Upload, beside: Fields, description: unknown) {
  for (const [key, value] of Object.entries(beside)) {
    const type = BESIDE[key];
    if (type === undefined) throw matchError(`Unknown key in field ${key}`);
    if (value !== undefined && typeof value !== type) {
      throw matchError(`Expected ${type}, got ${typeof value} in field ${key}`);
    }
  }
  const user = world.users.get(userId);
  if (user === undefined) throw meteorError('error-invalid-user', 'Invalid user', { method: 'sendFileMessage' });
  const { files, attachment } = describeFile(world, file, description);
  const customFields =
    beside.customFields === undefined ? {} : { customFields: JSON.parse(String(beside.customFields)) };
  const draft = { groupable: false, ...beside, ...customFields, rid, msg: beside.msg ?? '' };
  return sendAsUser(world, user, { ...draft, file: files[0], files, attachments: [attachment] });
}

function describeFile(world: World, file: Upload, description: unknown) {
  const url = urlOf(file._id, file.name);
  const attachment: Fields = {
    title: file.name,
    type: 'file',
    ...(description !== undefined && { description }),
    title_link: url,
    title_link_download: true,
    fileId: file._id,
  };
  const files = [fileEntry(file)];
  if (!file.type.startsWith('image/')) {
    return {
      files,
      attachment: { ...attachment, format: /\.(\w+)$/.exec(file.name)?.[1] ?? '', size: file.data.length },
    };
  }
  Object.assign(attachment, { image_url: url, image_type: file.type, image_size: file.data.length });
  const dimensions = pngDimensions(file.data);
  if (dimensions === undefined) return { files, attachment };
  const thumbnail: Upload = { ...file, _id: makeId(), name: `thumb-${file.name}`, expiresMs: undefined };
  world.uploads.set(thumbnail._id, thumbnail);
  files.push(fileEntry(thumbnail));
  Object.assign(attachment, {
    image_url: urlOf(thumbnail._id, file.name),
    image_dimensions: fitted(dimensions),
    image_preview: 'AAAA',
  });
  return { files, attachment };
}

function fileEntry({ _id, name, type, data }: Upload): NonNullable<Message['file']> {
  return { _id, name, type, size: data.length, format: type.split('/')[1] ?? '', typeGroup: type.split('/')[0] };
}

function urlOf(id: string, name: string): string {
  return `/file-upload/${id}/${encodeURI(name)}`;
}

interface Dimensions {
  readonly width: number;
  readonly height: number;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height from the first chunk of a PNG; nothing for what is none. */
function pngDimensions(data: Buffer): Dimensions | undefined {
  if (data.length < 24 || !data.subarray(0, 8).equals(PNG_SIGNATURE)) return undefined;
  return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

/** Thumbnails are made to fit 480 by 360, `Message_Attachments_Thumbnails_*`. */
function fitted({ width, height }: Dimensions): Dimensions {
  const scale = Math.min(1, 480 / width, 360 / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
