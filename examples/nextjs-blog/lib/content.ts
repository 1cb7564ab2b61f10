export const CONTENT_API_URL = (process.env.CONTENT_API_URL || 'http://127.0.0.1:3001').replace(/\/+$/, '');

export interface PostSummary {
  slug: string;
  title: string;
  excerpt: string;
  category: string;
  publishedAt: string;
  updatedAt: string;
  readingMinutes: number;
  version: number;
}

export interface Post extends PostSummary {
  body: string;
}

export interface Category {
  name: string;
  count: number;
}

export function getPosts(): Promise<PostSummary[]> {
  return read('/posts', ['posts']);
}

export function getPostsOfCategory(name: string): Promise<PostSummary[]> {
  return read(`/posts?category=${encodeURIComponent(name)}`, ['posts', `category:${name}`]);
}

export function getCategories(): Promise<Category[]> {
  return read('/categories', ['posts']);
}

/** `null` where there is no such post, or not any more. */
export async function getPost(slug: string): Promise<Post | null> {
  const response = await request(`/posts/${encodeURIComponent(slug)}`, [`post:${slug}`]);
  return response.status === 404 ? null : body(response);
}

async function read<T>(path: string, tags: string[]): Promise<T> {
  return body(await request(path, tags));
}

/**
 * The answer goes into the page and nowhere else: with `cache: 'force-cache'` Next.js would keep it in a second
 * cache below the pages, and a page that is made anew could be made of what is old.
 */
async function request(path: string, tags: string[]): Promise<Response> {
  try {
    return await fetch(CONTENT_API_URL + path, { next: { tags } });
  } catch (error) {
    throw new Error(`The content API at ${CONTENT_API_URL} does not answer.`, { cause: error });
  }
}

/** Any failure throws: a page that cannot be made must not take the place of one that was made. */
async function body<T>(response: Response): Promise<T> {
  if (!response.ok) {
    throw new Error(`The content API answered ${response.status} for ${response.url}.`);
  }
  return (await response.json()) as T;
}
