/**
 * What each column of the database says about people. A test reads the real schema of both databases: a column without a
 * line here fails it, and so does a column of `person` or `link` that an erasure leaves as it was.
 */
export interface TableRegister {
  /** About a customer, to be read by whoever has the database: goes with them. */
  person?: string;
  /** An id that stands for a customer: the row goes with them, or forgets whose it was. */
  link?: string;
  /** Encrypted with a key that goes with them. */
  sealed?: string;
  /** A hash of something personal or secret, from which nothing can be read. */
  hash?: string;
  /** About colleagues and what they do. */
  staff?: string;
  /** About nobody. */
  none?: string;
}

export const personalRegister: Readonly<Record<string, TableRegister>> = {
  access_event: { link: 'person_id', person: 'detail', staff: 'actor_id', none: 'id at kind' },
  account: { staff: 'owner_id', none: 'id external_id name created_at orders tickets' },
  account_event: { link: 'actor_id person_id', person: 'body', none: 'id account_id type at' },
  acting: {
    link: 'customer_id session_id',
    person: 'reason',
    staff: 'staff_id',
    none: 'id began_at expires_at ended_at',
  },
  api_key: { hash: 'hash', staff: 'made_by', none: 'id role name carrier created_at revoked_at tail' },
  api_key_use: { none: 'key_id last_at' },
  article: {
    staff: 'owner_id',
    none:
      'id slug locale category kind translation_of published_revision_id publish_at unpublish_at source_path source_hash ' +
      'checked_on position created_at updated_at latest_revision_id edited_at unpublished_at deleted_at deleted_slug ' +
      'draft_version touched_at audience',
  },
  article_change: { none: 'seq article_id at' },
  article_event: { staff: 'actor_id body', none: 'id article_id type at' },
  attachment: { person: 'name', hash: 'claim_hash', none: 'id message_id type size created_at' },
  case_link: { link: 'reference url', none: 'id ticket_id connector created_at' },
  category: { none: 'locale slug title description position' },
  category_file: { none: 'locale text' },
  counter: { none: 'name value' },
  credential: {
    link: 'account_id user_id',
    hash: 'password',
    person: 'access_token refresh_token id_token',
    none: 'id provider_id access_token_expires_at refresh_token_expires_at scope created_at updated_at',
  },
  customer_group: { none: 'id key names created_at' },
  draft: { staff: 'author_id title summary keywords source', none: 'article_id created_at updated_at' },
  email_change: {
    link: 'person_id',
    person: 'old_email new_email',
    hash: 'token_hash',
    none: 'id asked_at expires_at spent_at',
  },
  enter_request: {
    person: 'email name return_to',
    hash: 'password_hash',
    none: 'id purpose locale created_at claimed_at',
  },
  enter_token: {
    link: 'person_id request_id',
    person: 'return_to',
    hash: 'hash',
    none: 'purpose created_at expires_at spent_at',
  },
  erased_address: { hash: 'hash', none: 'erased_at returned_at' },
  erasure: { link: 'person_id', hash: 'leftovers', none: 'id asked_at due_at undone_at erased_at done_at' },
  feedback: { link: 'person_id inquiry', person: 'comment', none: 'id article_id revision_id helpful created_at' },
  file_conflict: { staff: 'text', none: 'article_id path hash found_at' },
  gap: {
    person: 'words question',
    none: 'id locale state article_id inquiries first_asked_at last_asked_at closed_at',
  },
  gap_asker: { link: 'person_id', person: 'question', none: 'gap_id inquiry verdict asked_at' },
  group_member: { link: 'person_id', none: 'group_id source created_at' },
  idempotency: { link: 'scope', hash: 'fingerprint', person: 'result', none: 'key created_at' },
  image: {
    staff: 'author_id',
    none: 'name content_type width height size sha256 source_path created_at updated_at bytes',
  },
  inquiry: { link: 'person_id', none: 'id locale started_at last_at ended_at outcome' },
  invitation: {
    person: 'email',
    link: 'invited_by',
    none: 'id account_id role orders tickets locale created_at expires_at mailed_at ended_at outcome',
  },
  invoice: { none: 'order_id number issued_at due_at total state' },
  job: {
    link: 'key subject payload',
    person: 'last_error',
    none: 'seq id kind state attempts lost run_at first_at fence created_at done_at',
  },
  limit_count: { hash: 'key', none: 'window_start count' },
  login: { person: 'name email image', none: 'id email_verified created_at updated_at last_sign_in_at' },
  login_limit: { person: 'key', none: 'id count last_request' },
  login_session: {
    link: 'user_id',
    person: 'ip_address user_agent token',
    none: 'id expires_at created_at updated_at second_factor_at',
  },
  login_token: { person: 'identifier value', none: 'id expires_at created_at updated_at' },
  mail_choice: { link: 'person_id', none: 'kind wanted' },
  membership: { link: 'person_id', none: 'account_id created_at role orders tickets ended_at' },
  message: { link: 'author_id', person: 'body', none: 'seq id ticket_id visibility author channel created_at' },
  migration: { none: 'name timestamp' },
  migration_lock: { none: 'id is_locked' },
  order: {
    person: 'customer_email customer_name deliver_to reference find_text',
    none:
      'id number number_key source account_id state state_at currency total line_count placed_at updated_at moving ' +
      'promised_at late_noted_at recorded_at',
  },
  order_file: {
    person: 'survey preview',
    staff: 'started_by',
    none:
      'id name size format state source mapping row_count rows_done orders_done counts fault_count run file_time ' +
      'created_at updated_at',
  },
  order_file_fault: { person: 'cells', none: 'file_id position row heading fault' },
  order_mapping: { none: 'source mapping updated_at' },
  order_notice: { none: 'order_id kind key at mail_key settled_at unsaid' },
  order_view: { link: 'person_id', hash: 'hash address_key', none: 'order_id created_at expires_at' },
  order_view_request: {
    link: 'person_id',
    sealed: 'typed',
    hash: 'hash address_key view_hash code_hash',
    none: 'id number_key locale created_at decided_at order_id tries spent_at mailed_at',
  },
  order_line: { none: 'order_id position sku name quantity unit_price unit_cost' },
  person: {
    person: 'name email',
    link: 'login_id merged_into account_id',
    staff: 'owner_id staff_left_at staff_left_role role',
    none: 'id verified_at locale tier_id unverified_mail_at created_at',
  },
  person_fact: { link: 'person_id', person: 'key value', staff: 'noted_by', none: 'id source_kind at' },
  personal_file: { link: 'person_id', none: 'id asked_at ready_at size' },
  recovery_code: { link: 'login_id', hash: 'hash', none: 'spent_at' },
  redirect: { none: 'locale slug kind article_id category created_at audience' },
  revision: {
    staff: 'author_id note',
    none:
      'id article_id title summary keywords minutes created_at renderer_version contents links source html text number ' +
      'cause head',
  },
  revision_image: { none: 'revision_id name' },
  role_rule: { none: 'role second_factor changed_at' },
  second_factor: { link: 'login_id', sealed: 'sealed_secret', none: 'created_at confirmed_at last_step' },
  shipment: {
    person: 'tracking tracking_key tracking_url place note',
    none: 'id order_id position carrier carrier_key contents state state_at expected_at promised_at',
  },
  shipment_event: { person: 'place note', none: 'id shipment_id source event_id at state recorded_at' },
  sign_in_step: { link: 'login_id', hash: 'hash', none: 'created_at expires_at' },
  source_cursor: { none: 'source cursor read_at failed_at failures problem' },
  staff_invitation: {
    person: 'email',
    hash: 'token_hash',
    link: 'person_id',
    staff: 'invited_by',
    none: 'id role locale created_at asked_at sent_at expires_at ended_at',
  },
  subject_key: { link: 'subject person_id', sealed: 'sealed_key', none: 'created_at' },
  suggestion: {
    staff: 'author_id decided_by decision words title summary keywords source',
    none: 'id article_id locale category state decided_at created_at',
  },
  ticket: {
    link: 'person_id inquiry',
    person: 'subject order_number',
    staff: 'assignee_id',
    none: 'id number kind state locale confirmed_at opened_at updated_at first_reply_at solved_at account_id',
  },
  tier: { none: 'id rank names first_reply_hours key benefits solution_hours' },
  touch_count: { none: 'month type channel count' },
  touch_event: { hash: 'hash', none: 'touch_id' },
  touch_seal: {
    none:
      'number first_seq last_seq count keep_months types last_at sealed_at previous rows_digest hash mac leaves ' +
      'dropped_at dropped_mac',
  },
  touch_sealer: { none: 'id holder fence until head_number head_seq head_hash head_mac' },
  touch: {
    sealed: 'body',
    hash: 'subject',
    none: 'id seq occurred_at recorded_at type channel direction source_kind source actor inquiry campaign place',
  },
};

/** The tables, by their names in SQL, out of whose files an erased person's bytes have to go. */
export function personalTables(): string[] {
  return Object.entries(personalRegister)
    .filter(([table, { person, link }]) => table !== 'touch' && (person !== undefined || link !== undefined))
    .map(([table]) => table);
}
