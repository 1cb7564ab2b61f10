import { createReadinessHandler } from '@cache-handshake/next';

export const GET = createReadinessHandler({ distDir: process.env.NEXT_DIST_DIR });
