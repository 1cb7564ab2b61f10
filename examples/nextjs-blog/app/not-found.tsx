import type { Metadata } from 'next';
import { Page } from '@/components/page';

export const metadata: Metadata = { title: 'Not in this edition' };

export default function NotFound() {
  return (
    <Page>
      <div className="notice">
        <h1>Not in this edition</h1>
        <p>
          There is nothing at this address. It may have been taken back, or have moved, or never have been written. What there is, is
          under <a href="/blog">all posts</a>.
        </p>
      </div>
    </Page>
  );
}
