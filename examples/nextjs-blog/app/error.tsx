'use client';

import { Page } from '@/components/page';

export default function ErrorPage() {
  return (
    <Page>
      <div className="notice">
        <title>The presses have stopped · Late Edition</title>
        <h1>The presses have stopped</h1>
        <p>This page could not be made just now. Nothing is lost; try again in a moment.</p>
        <button type="button" onClick={() => window.location.reload()}>
          Try again
        </button>
      </div>
    </Page>
  );
}
