CREATE TABLE "signalbox"."stays" (
	"agent_id" uuid NOT NULL,
	"host" text NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stays_agent_id_host_pk" PRIMARY KEY("agent_id","host")
);
--> statement-breakpoint
ALTER TABLE "signalbox"."stays" ADD CONSTRAINT "stays_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "signalbox"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "stays_host" ON "signalbox"."stays" USING btree ("host");