export { zip, type ZipEntry } from './zip.ts';
