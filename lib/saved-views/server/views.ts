// The door of this domain for the routes.
export { deleteView, listViews, saveView } from "./store";
