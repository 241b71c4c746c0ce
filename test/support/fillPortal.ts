/**
 * A program: fills a data folder, or a PostgreSQL database, with what a portal holds after its first start. Run once for
 * all tests, which then start on copies.
 */
import { openApplication } from './application.ts';

const [dataFolder = '', databaseUrl] = process.argv.slice(2);
const { app } = await openApplication({ dataFolder, url: 'http://127.0.0.1', ...(databaseUrl && { databaseUrl }) });
await app.close();
