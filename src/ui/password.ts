/** What a form says of a new password's length, in characters. `accounts` holds it. */
export const passwordLength = { min: 10 } as const;
