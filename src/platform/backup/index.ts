export { type Key, type Lock } from './encryption.ts';
export { type Manifest } from './manifest.ts';
export { readEntries, verifyBackup, BackupBroken } from './read.ts';
export { writeBackup, type BackupEntry } from './write.ts';
