-- One row a stated reason and claim: the group that both are read as. The first group whose words stand in the reason.
with stated as (
    select
        reason,
        claim_type,
        lower(replace(replace(reason, '_', ' '), '-', ' ')) as words,
        count(*) as n_lines,
        coalesce(sum(cost), 0)::decimal(18, 4) as cost
    from report.report_return_lines
    group by reason, claim_type
),

read_words as (
    select
        *,
        case
            when words in ('(not given)', 'no reason given', 'none', 'unknown') then null
            when regexp_matches(words, 'not received|never arrived|undeliverable|nicht erhalten|niet ontvangen')
                then 'not_received'
            when regexp_matches(words, 'gift|present\b|geschenk|cadeau') then 'gift'
            when regexp_matches(words, '\blate\b|delay|missed estimated|verspät|zu spät|te laat') then 'late_delivery'
            when
                regexp_matches(
                    words,
                    '(too|zu|te|runs|fällt|valt) (small|tight|short|narrow|klein|eng|kurz|krap|kort|smal)|size up'
                )
                then 'too_small'
            when
                regexp_matches(
                    words,
                    '(too|zu|te|runs|fällt|valt) (large|big|long|wide|loose|groß|gross|weit|lang|breit|groot|wijd|ruim)'
                    || '|size down'
                )
                then 'too_large'
            when regexp_matches(words, 'ordered wrong|misorder|ordered by mistake|falsch bestellt|verkeerd besteld')
                then 'changed_mind'
            when regexp_matches(words, '\b(size|fit|fits|fitting)\b|passt nicht|größe|maat|past niet')
                then 'wrong_size'
            when regexp_matches(words, 'missing|incomplete|fehlt|unvollständig|ontbreekt|onvolledig')
                then 'missing_item'
            when regexp_matches(words, 'damag|crush|scratch|beschädig|beschadig') then 'damaged'
            when
                regexp_matches(
                    words,
                    'defect|faulty|broken|not work|stopped|malfunction|out of service|quality|doa\b|warranty'
                    || '|kaputt|mangel|funktioniert nicht|stuk|werkt niet|kwaliteit'
                )
                then 'defect'
            when regexp_matches(words, 'descri|expect|picture|beschreib|erwart|omschrijving|verwacht|misleading')
                then 'not_as_described'
            when regexp_matches(words, 'wrong|switcheroo|different item|falsch|verkeerd') then 'wrong_item'
            when
                regexp_matches(
                    words,
                    'mind|unwanted|no longer|not need|style|better price|dislike|do not like|gefällt|bevalt|extra item'
                    || '|compatible|remorse|bracket'
                )
                then 'changed_mind'
            else 'other'
        end as told
    from stated
)

select
    reason,
    claim_type,
    coalesce(
        nullif(told, 'other'),
        case claim_type
            when 'item_not_received' then 'not_received'
            when 'missing_item' then 'missing_item'
            when 'damaged_in_transit' then 'damaged'
            when 'warranty' then 'defect'
        end,
        told,
        'not_given'
    ) as reason_group,
    n_lines,
    cost
from read_words
order by reason, claim_type
