import { answerNext } from "@/lib/http/server/next-door";

export const dynamic = "force-dynamic";
export { answerNext as GET };
