-- One row a SKU or category and word that its returning shoppers use more than those of its category (of the shop), by
-- TF-IDF, with an example. A word or example that few shoppers used might name somebody, and is not shown.
with stop_words as (
    select
        unnest(
            string_split(
                'a about after again all also am an and any are as at be because been before but by can'
                || ' could did do does doesn didn don down even for from get got had has have he her him his'
                || ' how i if in into is isn it its just me more my no not of off on once one only or other our'
                || ' out over she so some than that the their them then there these they this to too up us very'
                || ' was wasn we were what when which while who will with would you your please thank thanks'
                || ' hello dear regards kind name number mail aber alle als auch auf aus bei bin bis bitte da'
                || ' dann das dass dem den der des die dies diese dieser doch durch ein eine einem einen einer'
                || ' er es für gut habe haben hallo hat hatte hier ich ihr ihre ihnen im ist ja jetzt kann kein'
                || ' keine können leider man mein meine mich mir mit nach nicht noch nur oder schon sehr sein'
                || ' sich sie sind über um und uns von vom vor war waren wenn wie wieder wir wird wurde zu zum'
                || ' zur zwar danke grüße freundlichen geehrte geehrter damen herren aan al bij dan dat de deze'
                || ' dit door een en ging graag heb hebben heeft het hij hoe hun ik je kan maar meer met mij'
                || ' mijn moet na naar niet nog nu om omdat onder ons ook op te toch tot uit van veel voor waar'
                || ' want wat wel werd wij worden wordt zeer ze zich zij zijn zo zou ben bedankt groet groeten'
                || ' beste helaas refund return otherwise retour erstattung rücksendung',
                ' '
            )
        ) as word
),

written as (
    select
        lines.rma_id,
        lines.order_id,
        lines.rma_line_id,
        lines.sku,
        coalesce(lines.customer_id, lines.rma_id) as shopper,
        lines.customer_comment as comment,
        row_number() over (
            order by abs(length(lines.customer_comment) - 60), lines.rma_id, lines.rma_line_id
        ) as comment_no
    from core.rma_lines as lines
    where lines.customer_comment is not null
),

-- A shopper has one voice on a SKU.
voices as (
    select
        sku,
        shopper,
        min(comment_no) as comment_no,
        lower(arg_min(comment, comment_no)) as comment
    from written
    group by sku, shopper
),

goods as (
    select
        sku,
        product_name,
        coalesce(category, '(not given)') as category
    from core.products
),

sku_comments as (
    select
        voices.sku,
        goods.category,
        count(*) as n_comments
    from voices
    inner join goods on voices.sku = goods.sku
    group by voices.sku, goods.category
),

spoken as (
    select
        sku,
        shopper,
        comment_no,
        unnest(
            list_distinct(
                regexp_extract_all(
                    if(contains(comment, '['), regexp_replace(comment, '\[[a-zé-]+\]', ' ', 'g'), comment), '\p{L}{2,}'
                )
            )
        ) as word
    from voices
),

sku_words as (
    select
        spoken.sku,
        spoken.word,
        count(*) as n_comments,
        min(spoken.comment_no) as comment_no
    from spoken
    anti join stop_words on spoken.word = stop_words.word
    group by spoken.sku, spoken.word
),

category_words as (
    select
        goods.category,
        sku_words.word,
        sum(sku_words.n_comments) as n_comments,
        min(sku_words.comment_no) as comment_no
    from sku_words
    inner join goods on sku_words.sku = goods.sku
    group by goods.category, sku_words.word
),

category_comments as (
    select
        category,
        sum(n_comments) as n_comments
    from sku_comments
    group by category
),

-- One key of two parts, so that the few words of a SKU are looked up and not joined to all of their category.
compared as (
    select
        { 'category': category_words.category, 'word': category_words.word } as cell,
        category_words.n_comments as n_mentions,
        category_comments.n_comments
    from category_words
    inner join category_comments on category_words.category = category_comments.category
    where category_words.n_comments >= 3
),

shop_words as (
    select
        word,
        sum(n_comments) as n_comments
    from category_words
    group by word
),

shop_comments as (
    select sum(n_comments) as n_comments
    from category_comments
),

-- A word that fewer than five shoppers of the whole shop used might be somebody's name. Where five used it of one SKU
-- they are five, and where all its mentions are fewer they are not; shoppers are counted for the other words alone.
mentions as (
    select
        word,
        sum(n_comments) as n_comments,
        max(n_comments) as n_of_a_sku
    from sku_words
    group by word
),

common as (
    select word
    from mentions
    where n_of_a_sku >= 5
    union
    select spoken.word
    from spoken
    semi join mentions on spoken.word = mentions.word and mentions.n_of_a_sku < 5 and mentions.n_comments >= 5
    group by spoken.word
    having count(distinct spoken.shopper) >= 5
    union
    select word
    from stop_words
),

terms as (
    select
        'sku' as level,
        sku_words.sku as subject,
        sku_comments.category,
        sku_words.word as term,
        sku_words.n_comments,
        sku_words.comment_no,
        sku_comments.n_comments as subject_comments,
        compared.n_mentions - sku_words.n_comments as other_mentions,
        compared.n_comments - sku_comments.n_comments as other_comments
    from sku_words
    inner join sku_comments on sku_words.sku = sku_comments.sku
    inner join compared on { 'category': sku_comments.category, 'word': sku_words.word } = compared.cell
    where sku_words.n_comments >= 3 and length(sku_words.word) >= 3
    union all
    select
        'category' as level,
        category_words.category as subject,
        category_words.category,
        category_words.word as term,
        category_words.n_comments,
        category_words.comment_no,
        category_comments.n_comments as subject_comments,
        shop_words.n_comments - category_words.n_comments as other_mentions,
        shop_comments.n_comments - category_comments.n_comments as other_comments
    from category_words
    inner join category_comments on category_words.category = category_comments.category
    inner join shop_words on category_words.word = shop_words.word
    cross join shop_comments
    where
        category_words.n_comments >= 5
        and length(category_words.word) >= 3
        and category_words.word in (select common.word from common)
),

scored as (
    select
        *,
        n_comments / subject_comments::double as share,
        (other_mentions + 0.5)::double / (other_comments + 1)::double as other_share,
        n_comments / subject_comments::double * ln((1 + other_comments)::double / (1 + other_mentions)::double) as score
    from terms
    where other_comments > 0
),

bounded as (
    select
        *,
        (
            share + 1.920729 / subject_comments
            - 1.959964 * sqrt(
                share * (1 - share) / subject_comments + 0.960365 / (subject_comments * subject_comments)::double
            )
        ) / (1 + 3.841459 / subject_comments) > other_share as is_distinct
    from scored
    where share > other_share
),

ranked as (
    select
        *,
        row_number() over (
            partition by level, subject
            order by is_distinct desc, score desc, term asc
        ) as term_rank
    from bounded
    qualify term_rank <= 10
),

-- An RMA that has its order's number is found again by nobody who erases a person by the order: no example of it.
chosen as (
    select
        comment_no,
        rma_id,
        left(comment, 160) as comment
    from written
    where comment_no in (select ranked.comment_no from ranked) and rma_id is distinct from order_id
),

-- Addresses and numbers, then what follows where people say who they are or whom they write to.
without_numbers as (
    select
        comment_no,
        rma_id,
        regexp_replace(
            regexp_replace(comment, '[\w.+-]+@[\w-]+(\.[\w-]+)*|https?://\S+|www\.\S+', '[mail]', 'g'),
            '\d([ ().\-/]{0,2}\d){4,}', '[number]', 'g'
        ) as comment
    from chosen
),

introduced as (
    select
        comment_no,
        rma_id,
        regexp_replace(
            comment,
            '(?i:\b(my name is|mein name ist|mijn naam is|ich hei(?:ß|ss)e|ik heet|name:))'
            || '\s+[\p{L}''-]+(\s+[\p{L}''-]+)?',
            '\1 [name]', 'g'
        ) as comment
    from without_numbers
),

examples as (
    select
        comment_no,
        rma_id,
        regexp_replace(
            comment,
            '(?i:\b(i am|i''m|this is|ich bin|ik ben|mrs?|ms|herrn?|frau|dhr|mevr|mevrouw|meneer|regards|sincerely'
            || '|yours|dear|gr[üu](?:ß|ss)en?|gru(?:ß|ss)|groet|groeten|lieber?|beste))[,.!]?\s+'
            || '\p{Lu}[\p{L}''-]*(\s+\p{Lu}[\p{L}''-]*)*',
            '\1 [name]', 'g'
        ) as comment
    from introduced
),

taken_apart as (
    select
        comment_no,
        rma_id,
        regexp_extract_all(comment, '\p{L}+') as words,
        regexp_extract_all(comment, '\p{L}+|[^\p{L}]+') as pieces
    from examples
),

-- What an example may not show, word by word: to put all pieces together again in order takes twice as long.
said as (
    select
        comment_no,
        unnest(list_distinct(list_transform(words, lambda word: lower(word)))) as word
    from taken_apart
),

hidden as (
    select
        said.comment_no,
        list(said.word) as words
    from said
    anti join common on said.word = common.word
    group by said.comment_no
),

shown as (
    select
        taken_apart.comment_no,
        taken_apart.rma_id,
        coalesce(hidden.words, []) as hidden_words,
        regexp_replace(
            array_to_string(
                list_transform(
                    taken_apart.pieces,
                    lambda piece: if(list_contains(hidden_words, lower(piece)), '…', piece)
                ), ''
            ), '…(\W*…)+', '…', 'g'
        ) as comment,
        len(taken_apart.words) as n_words,
        len(list_filter(taken_apart.words, lambda word: not list_contains(hidden_words, lower(word)))) as n_shown
    from taken_apart
    left join hidden on taken_apart.comment_no = hidden.comment_no
)

select
    ranked.level,
    ranked.subject,
    ranked.term,
    ranked.term_rank,
    goods.product_name,
    ranked.category,
    ranked.n_comments::bigint as n_comments,
    ranked.subject_comments::bigint as subject_comments,
    ranked.share,
    ranked.other_share,
    ranked.score,
    ranked.is_distinct,
    ranked.subject_comments < 30 as is_small,
    if(shown.n_shown * 2 >= shown.n_words, shown.rma_id, null) as example_rma_id,
    if(shown.n_shown * 2 >= shown.n_words, shown.comment, null) as example_comment
from ranked
left join goods on if(ranked.level = 'sku', ranked.subject, null) = goods.sku
left join shown on ranked.comment_no = shown.comment_no
order by ranked.level, ranked.subject, ranked.term_rank
