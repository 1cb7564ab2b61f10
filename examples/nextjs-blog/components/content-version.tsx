/** Says in the page which version of an entry it shows; the proof that the page is fresh. React moves it into the head. */
export function ContentVersion({ type, slug, version }: { type: string; slug: string; version: number | string }) {
  return <meta name="content-version" content={`${type}:${slug}@${version}`} />;
}
