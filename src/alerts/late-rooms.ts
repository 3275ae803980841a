/** Rooms that have a group late: those that had it in their stead say so no more. */
import type { Message } from '../domain/message.ts';
import type { GroupPost } from '../store/alert-group.ts';
import { edit, isSame, type Outcome, type RoomDeps } from './room-posts.ts';

/** Edits the posts whose room should not have been the one, and that say why it is, once the other is among them. */
export async function withoutReasons(
  posts: readonly GroupPost[],
  messageFor: (post: GroupPost) => Message,
  deps: RoomDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const outcomes = await Promise.all(
    posts.map(async (post): Promise<Outcome> => {
      const { insteadOf, ...freed } = post;
      if (!insteadOf || !posts.some((one) => isSame(one, insteadOf))) return { posts: [post] };
      try {
        await edit(post, post.receipt, messageFor(post), deps, signal);
        return { posts: [freed] };
      } catch (failure) {
        return { posts: [post], failure };
      }
    }),
  );
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  return { posts: outcomes.flatMap((one) => one.posts), ...(failed && { failure: failed.failure }) };
}
