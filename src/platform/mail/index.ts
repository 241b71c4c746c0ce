export { createMailer, type Mail, type Mailer, type MailerOptions } from './mailer.ts';
export { composeMail, type ComposedMail, type MailContent, type MailPart, type Span, type Words } from './compose.ts';
export { forgetMails } from './forget.ts';
