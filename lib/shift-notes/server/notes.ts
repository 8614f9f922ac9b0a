// The door of this domain for the routes.
export { currentNote, writeNote } from "./store";
