export { createSecrets, SECRET_LENGTH, type Purpose, type Secrets } from './keys.ts';
export { open, openText, seal } from './seal.ts';
export { hashToken, sameText, sign, verify } from './signature.ts';
