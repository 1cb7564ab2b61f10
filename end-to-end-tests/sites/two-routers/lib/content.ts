const CONTENT_API_URL = process.env.CONTENT_API_URL ?? 'http://127.0.0.1:3001';

export interface Post {
  slug: string;
  title: string;
  version: number;
}

/** The tags are known to the App Router only; the Pages Router fetches as anybody does. */
export function getPosts(init?: RequestInit): Promise<Post[]> {
  return get('/posts', init) as Promise<Post[]>;
}

/** `null` where there is no such post, or not any more. */
export function getPost(slug: string, init?: RequestInit): Promise<Post | null> {
  return get(`/posts/${encodeURIComponent(slug)}`, init) as Promise<Post | null>;
}

/** Any failure throws: a page that cannot be made must not take the place of one that was made. */
async function get(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(CONTENT_API_URL + path, init);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`The content API answered ${response.status}.`);
  return response.json();
}
