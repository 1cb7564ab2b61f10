import { createRevalidateHandler } from '@cache-handshake/next';

export const POST = createRevalidateHandler({ distDir: process.env.NEXT_DIST_DIR });
