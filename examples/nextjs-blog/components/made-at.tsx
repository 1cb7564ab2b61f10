import { Moment } from './moment';

/** When this page was rendered; it stays so until the page is revalidated. */
export function MadeAt() {
  return <Moment at={new Date().toISOString()} />;
}
