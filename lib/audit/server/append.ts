// The door of the audit for other domains' workflows and stores: a change and its row, in one transaction.
export { audited } from "./store";
