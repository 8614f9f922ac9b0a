import { answerNext } from "@/lib/http/server/next-door";

export const dynamic = "force-dynamic";
export { answerNext as GET, answerNext as POST, answerNext as PUT, answerNext as PATCH, answerNext as DELETE, answerNext as HEAD, answerNext as OPTIONS };
