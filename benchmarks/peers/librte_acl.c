/*
 * librte_acl's side of the comparison: builds a trie from rules in ClassBench's format, looks up
 * each packet of a trace and prints one line of figures for each method.
 *
 * Usage: librte_acl EAL-OPTIONS -- RULES TRACE PASSES
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <rte_acl.h>
#include <rte_eal.h>
#include <rte_malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MOST_PACKETS 65536
#define MOST_RULES (1 << 20)
#define PACKETS_A_CALL 256

/* One packet, in network byte order, as librte_acl wants its fields laid out. */
struct tuple {
	uint8_t protocol;
	uint32_t source;
	uint32_t destination;
	uint16_t source_port;
	uint16_t destination_port;
};

RTE_ACL_RULE_DEF(tuple_rule, 5);

static struct tuple packets[MOST_PACKETS];
static const uint8_t *places[MOST_PACKETS];
static uint32_t results[MOST_PACKETS];

static const struct {
	const char *name;
	enum rte_acl_classify_alg algorithm;
} methods[] = {
	{"scalar", RTE_ACL_CLASSIFY_SCALAR},
	{"sse", RTE_ACL_CLASSIFY_SSE},
	{"avx2", RTE_ACL_CLASSIFY_AVX2},
	{"avx512x16", RTE_ACL_CLASSIFY_AVX512X16},
	{"avx512x32", RTE_ACL_CLASSIFY_AVX512X32},
};

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	fprintf(stderr, "librte_acl: %s, after %.1f s with %ld MB at most\n", what,
		seconds(CLOCK_PROCESS_CPUTIME_ID), usage.ru_maxrss / 1024);
	exit(1);
}

static struct rte_acl_config config(void)
{
	struct rte_acl_config config;
	const size_t offsets[] = {
		offsetof(struct tuple, protocol), offsetof(struct tuple, source),
		offsetof(struct tuple, destination), offsetof(struct tuple, source_port),
		offsetof(struct tuple, destination_port)};
	const int inputs[] = {0, 1, 2, 3, 3};

	memset(&config, 0, sizeof(config));
	config.num_categories = 1;
	config.num_fields = 5;
	for (int i = 0; i < 5; i++) {
		config.defs[i].type = i == 0 ? RTE_ACL_FIELD_TYPE_BITMASK
				    : i < 3  ? RTE_ACL_FIELD_TYPE_MASK
					     : RTE_ACL_FIELD_TYPE_RANGE;
		config.defs[i].size = i == 0 ? 1 : i < 3 ? 4 : 2;
		config.defs[i].field_index = i;
		config.defs[i].input_index = inputs[i];
		config.defs[i].offset = offsets[i];
	}
	return config;
}

/* Adds the rules; the earlier one has the higher priority. */
static int add_rules(struct rte_acl_ctx *context, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];
	int count = 0;

	if (file == NULL)
		fail("can't read the rules");
	while (fgets(line, sizeof(line), file) != NULL) {
		unsigned int s[5], d[5], sp[2], dp[2], p[2];
		struct tuple_rule rule;

		if (sscanf(line, "@%u.%u.%u.%u/%u %u.%u.%u.%u/%u %u : %u %u : %u %x/%x", &s[0], &s[1],
			   &s[2], &s[3], &s[4], &d[0], &d[1], &d[2], &d[3], &d[4], &sp[0], &sp[1],
			   &dp[0], &dp[1], &p[0], &p[1]) != 16)
			fail("a rule is not in ClassBench's format");
		memset(&rule, 0, sizeof(rule));
		rule.data.category_mask = 1;
		rule.data.priority = RTE_ACL_MAX_PRIORITY - count;
		rule.data.userdata = ++count;
		rule.field[0].value.u8 = p[0];
		rule.field[0].mask_range.u8 = p[1];
		rule.field[1].value.u32 = s[0] << 24 | s[1] << 16 | s[2] << 8 | s[3];
		rule.field[1].mask_range.u32 = s[4];
		rule.field[2].value.u32 = d[0] << 24 | d[1] << 16 | d[2] << 8 | d[3];
		rule.field[2].mask_range.u32 = d[4];
		rule.field[3].value.u16 = sp[0];
		rule.field[3].mask_range.u16 = sp[1];
		rule.field[4].value.u16 = dp[0];
		rule.field[4].mask_range.u16 = dp[1];
		if (rte_acl_add_rules(context, (struct rte_acl_rule *)&rule, 1) != 0)
			fail("a rule was refused");
	}
	fclose(file);
	return count;
}

static int read_packets(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned int s, d, sp, dp, p;
	int count = 0;

	if (file == NULL)
		fail("can't read the packets");
	while (count < MOST_PACKETS &&
	       fscanf(file, "%u %u %u %u %u", &s, &d, &sp, &dp, &p) == 5) {
		packets[count] = (struct tuple){p, htonl(s), htonl(d), htons(sp), htons(dp)};
		places[count] = (const uint8_t *)&packets[count];
		count++;
	}
	fclose(file);
	return count;
}

static double pass(struct rte_acl_ctx *context, int count)
{
	double begin = seconds(CLOCK_THREAD_CPUTIME_ID);

	for (int i = 0; i < count; i += PACKETS_A_CALL) {
		int some = count - i < PACKETS_A_CALL ? count - i : PACKETS_A_CALL;

		rte_acl_classify(context, places + i, results + i, some, 1);
	}
	return (seconds(CLOCK_THREAD_CPUTIME_ID) - begin) / count * 1e9;
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);
	struct rte_acl_param parameters = {.name = "rules",
					   .socket_id = -1,
					   .rule_size = RTE_ACL_RULE_SZ(5),
					   .max_rule_num = MOST_RULES};
	struct rte_acl_ctx *context;
	struct rte_acl_config layout = config();
	struct rte_malloc_socket_stats before, after;
	struct rusage usage;
	double build;
	int rules, count;

	if (used < 0 || argc - used != 4)
		fail("usage: librte_acl EAL-OPTIONS -- RULES TRACE PASSES");
	argv += used;
	context = rte_acl_create(&parameters);
	if (context == NULL)
		fail("no memory for the rules");
	rules = add_rules(context, argv[1]);
	count = read_packets(argv[2]);
	rte_malloc_get_socket_stats(0, &before);
	build = seconds(CLOCK_PROCESS_CPUTIME_ID);
	if (rte_acl_build(context, &layout) != 0)
		fail("the trie was not built");
	build = seconds(CLOCK_PROCESS_CPUTIME_ID) - build;
	rte_malloc_get_socket_stats(0, &after);
	getrusage(RUSAGE_SELF, &usage);
	for (size_t m = 0; m < sizeof(methods) / sizeof(methods[0]); m++) {
		uint64_t hash = 0;
		double best = 1e18;

		if (rte_acl_set_ctx_classify(context, methods[m].algorithm) != 0)
			continue;
		for (int i = atoi(argv[3]); i > 0; i--) {
			double now = pass(context, count);

			best = now < best ? now : best;
		}
		for (int i = 0; i < count; i++)
			hash = hash * 31 + (int64_t)(int32_t)(results[i] - 1);
		printf("librte_acl method=%s rules=%d ns=%.1f build_s=%.3f bytes_per_rule=%.0f"
		       " peak_mb=%ld answers=%016" PRIx64 "\n",
		       methods[m].name, rules, best, build,
		       (double)(after.heap_allocsz_bytes - before.heap_allocsz_bytes) / rules,
		       usage.ru_maxrss / 1024, hash);
	}
	return 0;
}
