import { createReadinessApiHandler } from '@cache-handshake/next/pages';

export default createReadinessApiHandler();
